-- The last events that the node told of; apart from the report, which every list of nodes reads.
ALTER TABLE report ADD COLUMN events TEXT;
