export const browserArgs: readonly string[] & string[];
export function findBrowser(): Promise<{ path: string; how: string }>;
