-- Order in the list of conversations: pins, the archive, tags.
--
-- Tables and not columns of `conversations`: what a person does to tidy up is
-- no change of a conversation, and what is salvaged from a damaged file is told
-- by table.
CREATE TABLE pins (
    conversation_id TEXT PRIMARY KEY NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    pinned_at       INTEGER NOT NULL
) STRICT;

CREATE TABLE archive (
    conversation_id TEXT PRIMARY KEY NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    archived_at     INTEGER NOT NULL
) STRICT;

-- `folded` is what makes two spellings one tag (`tags.rs`).
CREATE TABLE tags (
    key        INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    folded     TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE conversation_tags (
    conversation_id TEXT    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    tag             INTEGER NOT NULL REFERENCES tags (key) ON DELETE CASCADE,
    PRIMARY KEY (conversation_id, tag)
) STRICT;

CREATE INDEX conversation_tags_by_tag ON conversation_tags (tag);

-- A tag is there for as long as a conversation bears it. Its name is the
-- person's words, and goes with the last conversation that is erased.
CREATE TRIGGER unused_tag AFTER DELETE ON conversation_tags
WHEN NOT EXISTS (SELECT 1 FROM conversation_tags WHERE tag = OLD.tag)
BEGIN
    DELETE FROM tags WHERE key = OLD.tag;
END;
