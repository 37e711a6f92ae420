-- Conversations as message trees, drafts, settings, and the search index.
--
-- Every time is milliseconds since the Unix epoch, passed in by the caller.
-- Ids are version 7 UUIDs in text form. `key` is the row number: it grows with
-- every insert, so a parent's key is always below its children's.

CREATE TABLE conversations (
    key           INTEGER PRIMARY KEY,
    id            TEXT    NOT NULL UNIQUE,
    title         TEXT,
    system_prompt TEXT,
    active_leaf   TEXT REFERENCES messages (id) DEFERRABLE INITIALLY DEFERRED,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    trashed_at    INTEGER
) STRICT;

CREATE INDEX conversations_by_update ON conversations (updated_at);

CREATE TABLE messages (
    key             INTEGER PRIMARY KEY,
    id              TEXT    NOT NULL UNIQUE,
    conversation_id TEXT    NOT NULL REFERENCES conversations (id),
    parent_id       TEXT,
    role            TEXT    NOT NULL CHECK (role IN ('user', 'assistant')),
    status          TEXT    NOT NULL
        CHECK (status IN ('complete', 'streaming', 'stopped', 'interrupted', 'failed')),
    text            TEXT    NOT NULL,
    stats           TEXT,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    UNIQUE (conversation_id, id),
    -- Composite, so that a parent in another conversation is impossible. No
    -- cascade: a long conversation is a deep chain, and SQLite limits the depth
    -- of cascades to 1,000. A conversation's messages go in one statement.
    FOREIGN KEY (conversation_id, parent_id) REFERENCES messages (conversation_id, id)
) STRICT;

-- The shape of a conversation without its text; also serves the foreign key.
CREATE INDEX messages_by_parent ON messages (conversation_id, parent_id, key, id);

-- What a crash may have left unfinished; empty nearly always.
CREATE INDEX messages_streaming ON messages (key) WHERE status = 'streaming';

CREATE TABLE drafts (
    key        TEXT    PRIMARY KEY NOT NULL,
    text       TEXT    NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    key        TEXT    PRIMARY KEY NOT NULL,
    value      TEXT    NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- Work that was put off until there is time for it (`search/chores.rs`).
CREATE TABLE chores (
    name TEXT PRIMARY KEY NOT NULL
) STRICT;

-- Both indexes hold tokens that `search/tokens.rs` has already folded, joined
-- by spaces; row number = the row's `key`. Contentless: the text itself is
-- stored once, in its own table. The tokenizer only has to split at spaces, so
-- it keeps marks as part of a word and folds nothing itself.
CREATE VIRTUAL TABLE message_search USING fts5 (
    text,
    content = '',
    contentless_delete = 1,
    prefix = '1 2 3',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
);

CREATE VIRTUAL TABLE title_search USING fts5 (
    text,
    content = '',
    contentless_delete = 1,
    prefix = '1 2 3',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
);
