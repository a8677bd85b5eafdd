/** What the build writes into the bundles. */
declare const EDITION: string;
declare const CORE: string;
declare const STRETCHER: string;
