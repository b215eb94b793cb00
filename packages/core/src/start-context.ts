// `$context` as a form opens: the day in the country's zone, and what the session says.

import type { FormContext } from './seal.ts';
import type { StateConfig } from './state.ts';

/** Facts of a session that nobody has said anything about yet, and those that `config` says. */
export function startContext({
  pack,
  clock = () => new Date(),
  context,
}: Pick<StateConfig, 'clock' | 'context' | 'pack'>): FormContext {
  return {
    today: dateIn(pack?.timeZone ?? 'UTC', clock()),
    identityLevel: 0,
    channel: 'online',
    retrieved: {},
    ...context,
  };
}

function dateIn(timeZone: string, now: Date): string {
  const parts = dateFormat(timeZone).formatToParts(now);
  const part = (type: string): string => parts.find(found => found.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    formats.set(
      timeZone,
      (format = new Intl.DateTimeFormat('en', {
        timeZone,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        calendar: 'gregory',
      })),
    );
  }
  return format;
}
