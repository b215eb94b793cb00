// What the demonstration's panel asks of the server: the state of the simulated registers and licences, and to change it. These
// routes lie under /api, so that session and CSRF token guard them like all others. No product has them.

import { MOODS } from './registers/simulator.mjs';

/**
 * @param {(id: string) => import('@onceform/core').LocalizedText} nameOf
 * @param {Awaited<ReturnType<import('./registers/status-list.mjs').startStatusList>>} credentials
 * @param {ReturnType<import('./inbox.mjs').simulatedInbox>} inbox
 */
export function demoRoutes(app, registers, nameOf, credentials, inbox) {
  const state = () =>
    Object.entries(registers).map(([id, { running, mood }]) => ({ id, name: nameOf(id), running, mood }));

  app.get('/api/demo/registers', c => c.json(state()));

  app.post('/api/demo/registers/:id/:action', async c => {
    const register = Object.hasOwn(registers, c.req.param('id')) ? registers[c.req.param('id')] : undefined;
    const action = c.req.param('action');
    if (register === undefined || !['start', 'stop', ...MOODS].includes(action)) return c.notFound();
    if (action === 'start') await register.start();
    else if (action === 'stop') await register.stop();
    else register.misbehave(action);
    return c.json(state());
  });

  app.get('/api/demo/credentials', c => c.json(credentials.list()));

  app.get('/api/demo/notices', c => c.json(inbox.of(c.get('session')?.person?.id)));

  app.post('/api/demo/credentials/:id/:state', c => {
    if (!credentials.set(Number(c.req.param('id')), c.req.param('state'))) return c.notFound();
    return c.json(credentials.list());
  });
}
