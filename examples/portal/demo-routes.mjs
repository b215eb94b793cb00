// What the demonstration's panel asks of the server: the state of the simulated registers, and to change it. These
// routes lie under /api, so that session and CSRF token guard them like all others. No product has them.

import { MOODS } from './registers/simulator.mjs';

/** @param {(id: string) => import('@onceform/core').LocalizedText} nameOf */
export function demoRoutes(app, registers, nameOf) {
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
}
