-- Documents that a person keeps: the text that was read out of them, in passages
-- that are found and cited by themselves. The files are not here.
CREATE TABLE documents (
    key        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    -- What is shown and never searched (kind, title, pages, words, encoding,
    -- warnings), as JSON: it may gain fields.
    details    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;

CREATE TABLE passages (
    key          INTEGER PRIMARY KEY,
    document_key INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
    -- From 0, in the order of the document.
    ordinal      INTEGER NOT NULL,
    page         INTEGER,
    -- The headings above it, the highest first, as JSON.
    headings     TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    UNIQUE (document_key, ordinal)
) STRICT;

-- As for messages (0001): tokens are made in Rust. Words are matched whole, so
-- there are no prefixes.
CREATE VIRTUAL TABLE passage_search USING fts5 (
    text,
    content = '',
    contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
);
