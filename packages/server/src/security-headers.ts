// The headers of every response: the content security policy of law 2, and what goes with it.

import type { MiddlewareHandler } from 'hono';

export interface SecurityHeaderOptions {
  /** Origin over https: adds HSTS. */
  readonly secure: boolean;
  /** Trusted Types policies the pages need; `onceform` always, `lit-html` where a page bundles Lit itself. */
  readonly trustedTypes?: readonly string[];
}

/** The policy all that a citizen's browser loads runs under. No nonce, no eval, no inline style, no third party. */
export function contentSecurityPolicy(trustedTypes: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "object-src 'none'", // said again, because checklists look for it
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${[...new Set(['onceform', ...trustedTypes])].join(' ')}`,
  ].join('; ');
}

export function securityHeaders(options: SecurityHeaderOptions): MiddlewareHandler {
  const headers: [string, string][] = [
    ['Content-Security-Policy', contentSecurityPolicy(options.trustedTypes)],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'same-origin'],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['Permissions-Policy', 'camera=(self), geolocation=(), microphone=(), payment=(), usb=()'],
    ...(options.secure
      ? [['Strict-Transport-Security', 'max-age=31536000; includeSubDomains'] as [string, string]]
      : []),
  ];
  return async (c, next) => {
    await next();
    for (const [name, value] of headers) c.res.headers.set(name, value);
  };
}
