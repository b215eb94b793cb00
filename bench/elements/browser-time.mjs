// Busy time of a browser's main thread: script + style + layout as the browser itself counts them, between two marks.

/** Records what the main thread does; `stop()` gives the events. */
export async function startTrace(page) {
  const client = await page.createCDPSession();
  const events = [];
  client.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await client.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'blink.user_timing', 'v8'], excludedCategories: ['*'] },
  });
  return {
    async stop() {
      const done = new Promise(resolve => client.once('Tracing.tracingComplete', resolve));
      await client.send('Tracing.end');
      await done;
      return events;
    },
  };
}

const BUSY = new Set([
  'FunctionCall',
  'EvaluateScript',
  'RunMicrotasks',
  'v8.callFunction',
  'v8.run',
  'TimerFire',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'v8.compile',
  'UpdateLayoutTree',
  'Layout',
  'MinorGC',
  'MajorGC',
  'V8.GC_SCAVENGER',
  'V8.GC_MARK_COMPACTOR',
]);

/** Has the page do something (see page.ts) between two marks; gives the name of the stretch, for `figures`. */
export function stopwatch(page) {
  let steps = 0;
  return async (what, ...rest) => {
    const name = `step${steps++}`;
    await page.evaluate((mark, does, given) => bench.timed(mark, does, ...given), name, what, rest);
    return name;
  };
}

/** Processor time of script, style and layout between each pair of marks, in ms; what is nested counts once. */
function timesOf(events) {
  const marks = new Map();
  const work = [];
  for (const event of events) {
    if (event.cat?.includes('blink.user_timing')) marks.set(event.name, event);
    else if (event.ph === 'X' && BUSY.has(event.name)) work.push(event);
  }
  work.sort((x, y) => x.ts - y.ts || y.dur - x.dur);
  return name => {
    const start = marks.get(`${name}:start`),
      end = marks.get(`${name}:end`);
    let sum = 0,
      until = 0;
    for (const event of work) {
      if (event.ts < start.ts || event.ts >= end.ts || event.pid !== start.pid || event.tid !== start.tid) continue;
      if (event.ts < until) continue;
      sum += event.tdur ?? event.dur;
      until = event.ts + event.dur;
    }
    return sum / 1000;
  };
}

/** Replaces the names of stretches by their times; lists become medians, `a+b` sums. */
export function figures(result, events) {
  const time = timesOf(events);
  const read = value =>
    Array.isArray(value)
      ? median(value.map(read))
      : typeof value === 'string'
        ? value.split('+').reduce((sum, name) => sum + time(name), 0)
        : value;
  return Object.fromEntries(Object.entries(result).map(([key, value]) => [key, read(value)]));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0
    ? NaN
    : (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}
