-- Which papers a dossier refers to, by the digests of their bytes: its citizen reads where a paper was used.
ALTER TABLE dossier ADD COLUMN papers jsonb NOT NULL DEFAULT '[]';
