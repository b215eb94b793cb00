// The page of indicators, for officers and publishers, and its style sheet.

import { readFile } from 'node:fs/promises';
import type { Hono } from 'hono';
import { isOnceFormError, type LocalizedText } from '@onceform/core';
import { requireGrant } from '../authorization.ts';
import type { FormRegistry } from '../form-registry.ts';
import { indicatorPage } from '../indicator-page/page.ts';
import { datesOf, type Measurement } from '../measurement.ts';
import type { Parameters } from '../parameters.ts';
import { problemOf } from '../problem.ts';
import type { PortalEnv } from '../session.ts';

const STYLE = new URL('../../src/indicator-page/style.css', import.meta.url);

export async function indicatorPageRoutes(
  app: Hono<PortalEnv>,
  {
    measurement,
    registry,
    parameters,
    today,
  }: {
    readonly measurement: Measurement;
    readonly registry: FormRegistry;
    readonly parameters: Parameters;
    readonly today: () => string;
  },
): Promise<void> {
  const style = await readFile(STYLE, 'utf8');
  app.get('/indicators.css', c => {
    c.header('content-type', 'text/css; charset=utf-8');
    c.header('cache-control', 'public, max-age=300, must-revalidate');
    return c.body(style);
  });

  app.get('/indicators', c => c.redirect(`/indicators/${today().slice(0, 7)}`));

  app.get('/indicators/:period', async c => {
    const locale = c.req.query('lang') === 'en' ? 'en' : 'vi';
    const period = c.req.param('period');
    try {
      requireGrant(c.get('session'), 'measure.read');
    } catch (error) {
      if (isOnceFormError(error, 'ERR_UNAUTHENTICATED'))
        return c.redirect(`/auth/sign-in?return=${encodeURIComponent(`/indicators/${period}?lang=${locale}`)}`);
      const { status, message } = problemOf(error);
      return c.text((message as { [locale: string]: string })[locale]!, status as 403);
    }
    datesOf(period);
    const [report, overTime, agencies] = await Promise.all([
      measurement.report(period),
      measurement.overTime(period),
      parameters.at('agencies', today()),
    ]);
    const titles = new Map<string, LocalizedText>();
    for (const { compiled } of registry.offered(today())) {
      const { code, name, parts = [] } = compiled.procedure ?? { code: null, name: '' };
      for (const one of [...parts, { code, name }]) if (one.code !== null) titles.set(one.code, one.name);
    }
    for (const { code, name } of agencies ?? []) titles.set(code, name);
    c.header('cache-control', 'no-store');
    return c.html(
      indicatorPage({
        report,
        overTime,
        locale,
        today: today(),
        style: '/indicators.css',
        nameOf: code => titles.get(code) ?? code,
      }),
    );
  });
}
