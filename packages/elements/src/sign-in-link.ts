// The way to the portal's sign-in: it speaks the language of this page, and leads back to it.

/** @param path `signInPath` of the session. */
export function signInLink(path: string, locale: string): string {
  return `${path}?${new URLSearchParams({ return: location.pathname + location.search, ui_locales: locale }).toString()}`;
}
