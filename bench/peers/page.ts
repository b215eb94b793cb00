// The page of the peers bench: the elements' page with other form libraries, each loaded when it is its turn.

globalThis.benchPeers = {
  rjsf: () => import('./rjsf.ts'),
  jsonforms: () => import('./jsonforms.ts'),
  survey: () => import('./survey.ts'),
  formio: () => import('./formio.ts'),
  'json-editor': () => import('./json-editor.ts'),
};

await import('../elements/page.ts');
