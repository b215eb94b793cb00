// The part of tus-js-client that runs in browsers, as it was written: 10 kB of gzip instead of 16.
declare module 'tus-js-client/lib/browser/index.js' {
  export * from 'tus-js-client';
}
