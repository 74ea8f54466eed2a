-- What other companions' exports say of a message and the plan has no place for.

ALTER TABLE messages ADD COLUMN source_id TEXT;
ALTER TABLE messages ADD COLUMN parent_source_id TEXT;
ALTER TABLE messages ADD COLUMN speaker TEXT;
