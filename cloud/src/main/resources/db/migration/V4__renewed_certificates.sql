-- Of all certificates that the node was given in exchange for the one in certificate_hash, the last few, the oldest
-- first, with a space between two.
ALTER TABLE node RENAME COLUMN renewed_hash TO renewed_hashes;
