-- Texts that a person writes, with what they were before, and the person's own
-- templates for drafts. `form` is what a draft is made from: JSON that is filled in and
-- shown, never searched, and may gain fields.
CREATE TABLE texts (
    key        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    -- Empty: it is called by its first words.
    title      TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    -- NULL: it was not drafted from a form.
    form       TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;

CREATE INDEX texts_by_time ON texts (updated_at);

-- What a text was: at a pause, before the model changed it, before another version took
-- its place. Never changed, and the oldest go when there are many.
CREATE TABLE text_versions (
    key        INTEGER PRIMARY KEY AUTOINCREMENT,
    text_id    TEXT    NOT NULL REFERENCES texts (id) ON DELETE CASCADE,
    title      TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    cause      TEXT    NOT NULL CHECK (cause IN ('pause', 'model', 'restore')),
    made_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX text_versions_by_text ON text_versions (text_id, key);

CREATE TABLE templates (
    key        INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    form       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
