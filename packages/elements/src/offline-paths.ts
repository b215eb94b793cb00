// Which addresses a list for use without a network means: of the page that registers the worker, and of the worker.

/** Whether a path is one of these, or begins with one; `/` means the first page of a site and nothing below it. */
export function isAmong(paths: readonly string[], path: string): boolean {
  return paths.some(start => path === start || (start !== '/' && path.startsWith(start)));
}
