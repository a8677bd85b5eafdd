/** libsodium as a script of its own, which both kinds of workers load. */

export { default } from "libsodium-wrappers-sumo";
