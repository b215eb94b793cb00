// Which draft a form works on, told to the parts of a page beside it: every call of its client that names one says so.

/**
 * @param {import('@onceform/store/client').PortalClient} client
 * @param {(draft: string) => void} follow is called with the draft when it is another one than before.
 * @returns {import('@onceform/store/client').PortalClient} the client for the form.
 */
export function followedDraft(client, follow) {
  let draft = null;
  const seen = id => {
    if (id === draft || typeof id !== 'string') return;
    draft = id;
    follow(id);
  };
  return {
    ...client,
    async openDraft(...given) {
      const opened = await client.openDraft(...given);
      seen(opened.draft);
      return opened;
    },
    loadDraft(id, ...more) {
      seen(id);
      return client.loadDraft(id, ...more);
    },
    saveDraft(id, ...more) {
      seen(id);
      return client.saveDraft(id, ...more);
    },
    prefill(request, ...more) {
      seen(request.draft);
      return client.prefill(request, ...more);
    },
  };
}
