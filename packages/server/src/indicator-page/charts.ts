// Bar charts as SVG, made on the server: shapes by attributes and classes only, so that no policy has to allow a style.
// The numbers stand in a table below, for everybody.

import { html } from 'hono/html';
import type { Html } from './page.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The value as it is read. */
  readonly text: string;
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** What is counted: the head of the column of numbers. */
  readonly unit: string;
  readonly bars: readonly Bar[];
  readonly words: { readonly numbers: string; readonly what: string };
}

const WIDTH = 640,
  HEIGHT = 180,
  LINE = 30;

/** One column for each step of time. */
export function columns(chart: Chart): Html {
  const { bars: all } = chart;
  const most = Math.max(1, ...all.map(({ value }) => value));
  const step = WIDTH / all.length;
  // As many labels as can be read.
  const every = Math.ceil(all.length / 8);
  return figure(
    chart,
    html`<svg viewBox="-24 0 ${WIDTH + 48} ${HEIGHT + 24}" role="img" aria-labelledby="${chart.id}-title" focusable="false">
      <path class="axis" d="M0 ${HEIGHT}H${WIDTH}"></path>
      <text class="scale" x="0" y="12">${String(most)}</text>
      ${all.map(({ label, value, text }, i) => {
        const height = (value / most) * (HEIGHT - 20);
        return html`<rect class="fill" x="${fixed(i * step + step * 0.15)}" y="${fixed(HEIGHT - height)}" width="${fixed(step * 0.7)}" height="${fixed(height)}"><title>${label}: ${text}</title></rect>
        ${i % every === 0 ? html`<text x="${fixed(i * step + step / 2)}" y="${HEIGHT + 18}" text-anchor="middle">${label.replace(/\/\d{4}$/, '')}</text>` : ''}`;
      })}
    </svg>`,
  );
}

/** One line for each thing compared, with its name and number. */
export function bars(chart: Chart): Html {
  const { bars: all } = chart;
  const most = Math.max(1, ...all.map(({ value }) => value));
  return figure(
    chart,
    html`<svg viewBox="0 0 ${WIDTH} ${all.length * LINE * 1.5}" role="img" aria-labelledby="${chart.id}-title" focusable="false">
      ${all.map(({ label, value, text }, i) => {
        const y = i * LINE * 1.5;
        return html`<text x="0" y="${fixed(y + 14)}">${short(label)}</text>
        <rect class="track" x="0" y="${fixed(y + 20)}" width="${WIDTH - 70}" height="12"></rect>
        <rect class="fill" x="0" y="${fixed(y + 20)}" width="${fixed((value / most) * (WIDTH - 70))}" height="12"></rect>
        <text class="value" x="${WIDTH}" y="${fixed(y + 31)}" text-anchor="end">${text}</text>`;
      })}
    </svg>`,
  );
}

function figure({ id, title, unit, bars: all, words }: Chart, drawing: Html): Html {
  return html`<figure>
      <figcaption id="${id}-title">${title}</figcaption>
      ${drawing}
      <details><summary>${words.numbers}</summary>
        <table><thead><tr><th scope="col">${words.what}</th><th scope="col" class="number">${unit}</th></tr></thead>
        <tbody>${all.map(({ label, text }) => html`<tr><th scope="row">${label}</th><td class="number">${text}</td></tr>`)}</tbody></table></details>
    </figure>`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function short(label: string): string {
  return label.length > 70 ? `${label.slice(0, 68)}…` : label;
}
