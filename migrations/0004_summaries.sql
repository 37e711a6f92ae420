-- Running summaries: what the model reads in place of the oldest messages of a
-- branch when these no longer fit.
--
-- Beside the tree and not in it: nothing of what was said is replaced. A summary
-- stands for everything from the first message of the branch to `message_id`, so
-- it holds wherever that message is on the way to what is shown. Nothing above a
-- message ever changes; it goes when its message goes.
CREATE TABLE summaries (
    message_id      TEXT    PRIMARY KEY NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    conversation_id TEXT    NOT NULL,
    text            TEXT    NOT NULL,
    -- How many messages went into it, counted back from `message_id`.
    covered         INTEGER NOT NULL CHECK (covered >= 0),
    -- Whether a person has put it into other words.
    edited          INTEGER NOT NULL CHECK (edited IN (0, 1)),
    updated_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX summaries_by_conversation ON summaries (conversation_id);
