/** What the build writes into the bundles. */
declare const EDITION: string;
declare const CORE: string;
declare const STRETCHER: string;

/** Made by the build (build/asciiTables.mjs). */
declare module "compact:ascii" {
  export const HAN: string;
  export const HAN_RANGES: readonly number[];
  export const HANGUL: {
    initials: readonly string[];
    vowels: readonly string[];
    finals: readonly string[];
  };
  export const OTHER: string;
  export const OTHER_RANGES: readonly number[];
  export const READINGS: readonly string[];
}
