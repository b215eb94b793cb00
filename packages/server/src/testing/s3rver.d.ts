// The part of s3rver that the tests use; the library brings no types.

declare module 's3rver' {
  export interface S3Object {
    readonly bucket: string;
    readonly key: string;
  }
  export default class S3rver {
    constructor(options: {
      port: number;
      address?: string;
      silent?: boolean;
      directory: string;
      configureBuckets?: readonly { readonly name: string; readonly configs: readonly unknown[] }[];
    });
    readonly store: {
      /** Gives the size that the file will have: it answers before it has written it. */
      putObject(object: S3Object): Promise<{ readonly size: number }>;
      getResourcePath(bucket: string, key: string, resource: 'object'): string;
    };
    run(): Promise<{ readonly port: number }>;
    close(): Promise<void>;
  }
}
