-- Where somebody who was invited works on their part: a draft of their own, of the same form. The invitation itself is a
-- record of once_ledger, encrypted.

CREATE TABLE co_draft (
  draft text PRIMARY KEY REFERENCES draft (id) ON DELETE CASCADE,
  invitation text NOT NULL,
  role text NOT NULL
);
CREATE UNIQUE INDEX co_draft_invitation ON co_draft (invitation);
