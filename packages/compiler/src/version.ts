// @onceform/compiler/version: what to name a cache of compiled forms by, without loading the compiler.

/** Of this compiler: what it emits may differ between two versions. The version of the package. */
export const COMPILER_VERSION = '0.1.0';
