-- An agency that passed a dossier on to another one finds it again: the event says from whom to whom.

CREATE INDEX dossier_event_passed_on ON dossier_event ((body->>'from'), dossier) WHERE kind = 'passed-on';
