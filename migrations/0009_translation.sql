-- Translations: texts with their segments, words that a person has settled, and what
-- has been translated before.

-- What was translated before, under a digest of the segment, the languages and whatever
-- else decides about the result. The source itself is not kept here.
CREATE TABLE translation_memory (
    key        TEXT    PRIMARY KEY NOT NULL,
    target     TEXT    NOT NULL,
    -- What may be wrong with it, as JSON.
    flags      TEXT    NOT NULL,
    -- Whether a person wrote it.
    edited     INTEGER NOT NULL CHECK (edited IN (0, 1)),
    updated_at INTEGER NOT NULL
) STRICT;

-- The terms of a pair of languages are its glossary.
CREATE TABLE glossary_terms (
    key             INTEGER PRIMARY KEY,
    source_language TEXT    NOT NULL,
    target_language TEXT    NOT NULL,
    source          TEXT    NOT NULL,
    target          TEXT    NOT NULL,
    match_case      INTEGER NOT NULL CHECK (match_case IN (0, 1)),
    updated_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX glossary_terms_by_pair ON glossary_terms (source_language, target_language);

-- The pairs that were used last.
CREATE TABLE language_pairs (
    source_language TEXT    NOT NULL,
    target_language TEXT    NOT NULL,
    used_at         INTEGER NOT NULL,
    PRIMARY KEY (source_language, target_language)
) STRICT;

CREATE TABLE translations (
    key             INTEGER PRIMARY KEY,
    id              TEXT    NOT NULL UNIQUE,
    title           TEXT    NOT NULL,
    format          TEXT    NOT NULL,
    source          TEXT    NOT NULL,
    source_language TEXT    NOT NULL,
    target_language TEXT    NOT NULL,
    formality       TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    deleted_at      INTEGER
) STRICT;

-- The segments of a text in order, each as it stands there. `target` is as it will
-- stand in the translation.
CREATE TABLE translation_segments (
    translation_id TEXT    NOT NULL REFERENCES translations (id) ON DELETE CASCADE,
    ordinal        INTEGER NOT NULL CHECK (ordinal >= 0),
    source         TEXT    NOT NULL,
    target         TEXT,
    state          TEXT    NOT NULL CHECK (state IN ('waiting', 'machine', 'edited', 'kept')),
    flags          TEXT    NOT NULL,
    PRIMARY KEY (translation_id, ordinal)
) STRICT;

-- What two people said to each other through the device.
CREATE TABLE utterances (
    key             INTEGER PRIMARY KEY,
    side            TEXT    NOT NULL CHECK (side IN ('near', 'far')),
    source_language TEXT    NOT NULL,
    target_language TEXT    NOT NULL,
    source          TEXT    NOT NULL,
    target          TEXT    NOT NULL,
    flags           TEXT    NOT NULL,
    spoken_at       INTEGER NOT NULL
) STRICT;
