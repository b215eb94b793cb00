// `$context` as a form opens: the day in the country's zone, and what the session says.

import type { CompiledForm } from './compiled.ts';
import { parsePattern } from './pointer.ts';
import type { FormContext } from './seal.ts';
import type { StateConfig } from './state.ts';

/** Facts of a session that nobody has said anything about yet, and those that `config` says. */
export function startContext({
  form,
  pack,
  clock = () => new Date(),
  context,
}: Pick<StateConfig, 'form' | 'clock' | 'context' | 'pack'>): FormContext {
  return {
    today: dateIn(pack?.timeZone ?? 'UTC', clock()),
    identityLevel: 0,
    channel: 'online',
    ...context,
    retrieved: { ...nothingRetrieved(form), ...context?.retrieved },
  };
}

/** No source has been asked for anything: so nothing could be had from one. */
export function nothingRetrieved({ reuse }: Pick<CompiledForm, 'reuse'>): FormContext['retrieved'] {
  return Object.fromEntries(
    reuse
      .flatMap(({ members }) => members)
      .filter(({ pointer }) => !parsePattern(pointer).includes(null))
      .map(({ pointer }) => [pointer, 'unavailable' as const]),
  );
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
