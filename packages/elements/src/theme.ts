// The default theme inside a shadow root. In the light DOM the page links theme/once.css itself.

/** Brings a stylesheet into a shadow root without inline style. */
export function themeLink(root: ShadowRoot, theme: string | CSSStyleSheet | undefined): void {
  if (theme !== undefined && typeof theme !== 'string') {
    root.adoptedStyleSheets.push(theme);
    return;
  }
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = theme ?? new URL('../theme/once.css', import.meta.url).href;
  root.append(link);
}
