// The page of indicators: the report of a period as figures, charts and tables, made on the server. No script; one style
// sheet of our own; each chart has its numbers beside it.

import { html } from 'hono/html';
import type { LocalizedText } from '@onceform/core';
import type { IndicatorValue } from '../indicators.ts';
import { datesOf, type FiledAt, type IndicatorReport } from '../measurement.ts';
import { columns, bars, type Bar } from './charts.ts';
import { words, type PageLocale } from './words.ts';

export type Html = ReturnType<typeof html>;

export interface IndicatorPage {
  readonly report: IndicatorReport;
  /** Filed dossiers by day of a month, by month of a longer period. */
  readonly overTime: readonly FiledAt[];
  readonly locale: PageLocale;
  /** Names of procedures and agencies, by code. */
  readonly nameOf: (code: string) => LocalizedText;
  /** Address of the style sheet. */
  readonly style: string;
  /** `YYYY-MM-DD` */
  readonly today: string;
}

export function indicatorPage(page: IndicatorPage): Html {
  const { report, locale } = page;
  const t = words[locale];
  return html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${t.title} ${periodName(report.period, locale)}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${page.style}" />
      </head>
      <body>
        <main>
          ${heading(page)}
          <section aria-labelledby="filed">
            <h2 id="filed">${t.filed}</h2>
            ${
              report.filed.length === 0
                ? html`<p>${t.nothing}</p>`
                : html`<div class="charts">${filedOverTime(page)} ${filedBy(page, 'procedure')} ${filedBy(page, 'channel')}
                ${filedBy(page, 'agency')}</div>`
            }
          </section>
          ${(['own-events', 'imported-counts', 'not-ours'] as const).map(basis => group(page, basis))}
        </main>
      </body>
    </html>`;
}

function heading({ report, locale, today }: IndicatorPage): Html {
  const t = words[locale];
  const { period, from, to, frozen } = report;
  const link = (other: string): Html =>
    other === period
      ? html`<li><b aria-current="page">${periodName(other, locale)}</b></li>`
      : html`<li><a href="/indicators/${other}?lang=${locale}">${periodName(other, locale)}</a></li>`;
  const other = locale === 'vi' ? 'en' : 'vi';
  return html`<header>
      <p class="portal"><a href="/">${t.portal}</a> <a lang="${other}" hreflang="${other}" href="?lang=${other}">${words[other].language}</a></p>
      <h1>${t.title}: ${periodName(period, locale)}</h1>
      <p>${day(from)} – ${day(to)}. ${frozen ? t.frozen : to < today ? t.notFrozen : t.running}</p>
      <nav aria-label="${t.periods}"><ul>${around(period).map(link)}</ul></nav>
      <p class="downloads"><a href="/api/indicators/${period}?format=csv&amp;locale=${locale}">CSV</a> <a href="/api/indicators/${period}">JSON</a></p>
    </header>`;
}

function group(page: IndicatorPage, basis: IndicatorValue['basis']): Html {
  const t = words[page.locale];
  const indicators = page.report.indicators.filter(one => one.basis === basis);
  if (indicators.length === 0) return html``;
  return html`<section aria-labelledby="${basis}">
      <h2 id="${basis}">${t.basis[basis]}</h2>
      <p>${t.about[basis]}</p>
      <div class="scroll"><table>
        <thead><tr><th scope="col">${t.indicator}</th>${
          basis === 'not-ours'
            ? html`<th scope="col">${t.why}</th>`
            : html`<th scope="col" class="number">${t.value}</th><th scope="col">${t.chart}</th><th scope="col" class="number">${t.counts}</th>`
        }<th scope="col">${t.target}</th></tr></thead>
        <tbody>${indicators.map(indicator => row(page, indicator))}</tbody>
      </table></div>
    </section>`;
}

function row({ locale }: IndicatorPage, indicator: IndicatorValue): Html {
  const t = words[locale];
  const { id, name, basis, formula, target, numerator, denominator, value, reached, why } = indicator;
  const state = value === null || reached === null ? '' : reached ? t.reached : t.missed;
  return html`<tr>
      <th scope="row"><span class="id">${id}</span> ${say(name, locale)}<small>${formula}</small></th>
      ${
        basis === 'not-ours'
          ? html`<td>${why ?? ''}</td>`
          : html`<td class="number"><strong>${value === null ? t.none : figure(indicator, locale)}</strong>${state === '' ? '' : html`<small class="${reached ? 'good' : 'bad'}">${state}</small>`}</td>
      <td>${gauge(indicator)}</td>
      <td class="number">${numerator === null || denominator === null ? '–' : `${number(numerator, locale)} / ${number(denominator, locale)}`}</td>`
      }
      <td>${target}</td>
    </tr>`;
}

/** A share as a bar with a mark where the target is; its number stands beside it. */
function gauge({ value, threshold, counted, basis }: IndicatorValue): Html {
  const isShare =
    basis === 'imported-counts' || (counted !== undefined && counted.kind !== 'mean' && counted.kind !== 'fewest');
  if (value === null || !isShare) return html``;
  const target = threshold?.unit === undefined ? threshold?.value : undefined;
  const x = (share: number): number => Math.round(Math.max(0, Math.min(1, share)) * 1000) / 10;
  return html`<svg class="gauge" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="track" width="100" height="10"></rect><rect class="fill" width="${x(value)}" height="10"></rect>
      ${target === undefined ? '' : html`<rect class="mark" x="${Math.min(99, x(target))}" width="1" height="10"></rect>`}</svg>`;
}

function figure({ value, counted, threshold }: IndicatorValue, locale: PageLocale): string {
  if (counted?.kind === 'mean')
    return `${number(value!, locale, 1)} ${threshold?.unit === 'minute' ? words[locale].minutes : ''}`;
  if (counted?.kind === 'fewest') return number(value!, locale);
  return new Intl.NumberFormat(languageOf(locale), { style: 'percent', maximumFractionDigits: 1 }).format(value!);
}

function filedOverTime({ report, overTime, locale }: IndicatorPage): Html {
  const t = words[locale];
  const byMonth = report.period.length !== 7;
  const counts = new Map<string, number>();
  for (const key of steps(report.from, report.to, byMonth)) counts.set(key, 0);
  for (const { at, count } of overTime) counts.set(at, count);
  const name = (key: string): string => (byMonth ? periodName(key, locale) : day(key));
  return columns({
    id: 'over-time',
    title: byMonth ? t.byMonth : t.byDay,
    unit: t.dossiers,
    bars: [...counts].map(([key, value]) => ({ label: name(key), value, text: number(value, locale) })),
    words: t,
  });
}

function filedBy({ report, locale, nameOf }: IndicatorPage, by: 'procedure' | 'channel' | 'agency'): Html {
  const t = words[locale];
  const counts = new Map<string, number>();
  for (const cell of report.filed) counts.set(cell[by], (counts.get(cell[by]) ?? 0) + cell.count);
  const label = (code: string): string =>
    code === '' ? t.withoutCode : by === 'channel' ? (t.channels[code] ?? code) : say(nameOf(code), locale);
  const most: Bar[] = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 15)
    .map(([code, value]) => ({ label: label(code), value, text: number(value, locale) }));
  return bars({ id: by, title: t.by[by], unit: t.dossiers, bars: most, words: t });
}

function* steps(from: string, to: string, byMonth: boolean): Iterable<string> {
  for (let at = from; at <= to;) {
    yield byMonth ? at.slice(0, 7) : at;
    const date = new Date(`${at}T00:00:00Z`);
    if (byMonth) date.setUTCMonth(date.getUTCMonth() + 1);
    else date.setUTCDate(date.getUTCDate() + 1);
    at = date.toISOString().slice(0, 10);
  }
}

/** The periods one goes to from here: the same kind before and after, and the wider ones around it. */
function around(period: string): readonly string[] {
  const year = Number(period.slice(0, 4)),
    month = Number(datesOf(period).from.slice(5, 7));
  const quarter = `${year}-Q${Math.ceil(month / 3)}`,
    half = `${year}-H${Math.ceil(month / 6)}`;
  const neighbour = (by: number): string => {
    const date = new Date(Date.UTC(year, month - 1, 1));
    const part = period[5];
    const length = part === undefined ? 12 : part === 'H' ? 6 : part === 'Q' ? 3 : 1;
    date.setUTCMonth(date.getUTCMonth() + by * length);
    const [y, m] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
    if (part === undefined) return String(y);
    if (part === 'H') return `${y}-H${Math.ceil(m / 6)}`;
    if (part === 'Q') return `${y}-Q${Math.ceil(m / 3)}`;
    return `${y}-${String(m).padStart(2, '0')}`;
  };
  return [...new Set([neighbour(-1), period, neighbour(1), quarter, half, String(year)])];
}

export function periodName(period: string, locale: PageLocale): string {
  const t = words[locale];
  const year = period.slice(0, 4),
    part = period.slice(5);
  if (part === '') return t.year.replace('{year}', year);
  const template = part.startsWith('Q') ? t.quarter : part.startsWith('H') ? t.half : t.month;
  return template.replace('{no}', part.replace(/^[QH]/, '')).replace('{year}', year);
}

function day(date: string): string {
  return date.split('-').reverse().join('/');
}

function number(value: number, locale: PageLocale, digits = 0): string {
  return new Intl.NumberFormat(languageOf(locale), { maximumFractionDigits: digits }).format(value);
}

function languageOf(locale: PageLocale): string {
  return locale === 'vi' ? 'vi-VN' : 'en-GB';
}

function say(text: LocalizedText, locale: string): string {
  return typeof text === 'string' ? text : (text[locale] ?? Object.values(text)[0] ?? '');
}
