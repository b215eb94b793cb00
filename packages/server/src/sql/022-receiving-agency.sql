-- Who took a dossier in and passed it on to the agency that decides; null: that one received it itself.

ALTER TABLE dossier ADD COLUMN receiving_agency text;
CREATE INDEX dossier_passed_on ON dossier (receiving_agency, received DESC) WHERE receiving_agency IS NOT NULL;
