-- The certificate that a node was given in exchange for the one in certificate_hash. Both are taken: the answer that
-- carried it may have been lost.
ALTER TABLE node ADD COLUMN renewed_hash TEXT;
