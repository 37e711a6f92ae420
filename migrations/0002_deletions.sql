-- Messages that a person deleted, each with everything that follows it.
--
-- A row here hides a part of the tree without touching it, so that it can be
-- taken back. A table and not a column of `messages`: the tree's index stays
-- the only thing that is read to know a conversation's shape.
CREATE TABLE deletions (
    conversation_id TEXT NOT NULL,
    message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    deleted_at INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, message_id)
) STRICT;
