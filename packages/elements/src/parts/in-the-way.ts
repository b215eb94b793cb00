// What keeps the citizen from going on, drawn with code that comes when something does.

import { nothing } from 'lit';
import { late } from '../late.ts';
import type { Face } from './face.ts';

/** The issues of a step, as a summary. */
export function summaryOf(face: Face): unknown {
  const { view, journey } = face;
  return journey.summary === null ? nothing : late(view, 'summary', ({ errorSummary }) => errorSummary(face));
}

/** What went wrong and is no issue. */
export function troubleOf(face: Face): unknown {
  const { view, journey } = face;
  return journey.trouble === null ? nothing : late(view, 'summary', ({ troubleNote }) => troubleNote(face));
}
