/** A survivor at her device: her words, her vault, her reports in it. */

import { exchange, tell } from "../net/send.js";
import { openVault, sealVault, withoutLateDrafts } from "../protocol/client/vault.js";
import { VaultKeys } from "../protocol/client/words.js";
import { equal } from "../protocol/bytes.js";
import {
  ConflictingReport,
  InputError,
  MisuseError,
  StaleManifest,
} from "../protocol/errors.js";
import { toBase64 } from "../protocol/libsodium.js";
import { signed } from "../protocol/messages/kinds.js";
import { vault as vaultKind } from "../protocol/messages/vault.js";
import { apiAt, today } from "./place.js";

/** @import { SavedReport, VaultContents } from "../protocol/client/vault.js" */
/** @import { Place } from "./place.js" */

/** Her vault, opened; every change is stored before anything depends on it. */
export class Survivor {
  #counter = 0;
  #keys;
  /** @type {Map<string, string>} What was begun here, and under which name first. */
  #begun = new Map();

  /**
   * @param {VaultKeys} keys From her words.
   * @param {Uint8Array} manifestDigest
   */
  constructor(keys, manifestDigest) {
    this.#keys = keys;
    /** @type {VaultContents} */
    this.contents = { manifestDigest, registration: null, tokens: [], reports: [] };
    this.cleared = false;
  }

  /**
   * Fetch the vault.
   *
   * @param {Place} place
   * @throws {NotFound} There is none under these words.
   * @throws {StaleManifest} It belongs to another deployment.
   * @throws {InvalidCiphertext} The server did not return what was stored.
   */
  async open(place) {
    const target = apiAt(place, `vaults/${toBase64(this.#keys.vaultId)}`);
    const vault = await exchange(target, vaultKind);
    const contents = openVault(this.#keys, vault);
    if (!equal(contents.manifestDigest, place.deployment.digest)) {
      throw new StaleManifest("these words belong to another deployment");
    }
    this.contents = withoutLateDrafts(contents, today());
    /** Whether a draft waited too long and is gone. */
    this.cleared = this.contents.reports.length < contents.reports.length;
    this.#counter = vault.counter;
  }

  /**
   * Store the vault; what follows may rely on it.
   *
   * @param {Place} place
   * @param {VaultContents} contents
   * @throws {ConflictingReport} Somebody with the same words wrote meanwhile.
   */
  async save(place, contents) {
    const message = sealVault(this.#keys, contents, this.#counter + 1);
    try {
      await tell(apiAt(place, "vaults", "PUT"), { message, kind: signed });
    } catch (error) {
      if (error instanceof ConflictingReport) await this.open(place);
      throw error;
    }
    this.contents = contents;
    this.#counter += 1;
  }

  /**
   * Whether this one opens the same vault.
   *
   * @param {Survivor} other
   */
  sharesWordsWith(other) {
    return equal(this.#keys.vaultId, other.#keys.vaultId);
  }

  /**
   * Note that an entry was begun here, and not by another tab or device.
   *
   * @param {Pick<SavedReport, "reportSeed">} report
   * @param {string} label As it was to be called at first.
   */
  own({ reportSeed }, label) {
    const name = toBase64(reportSeed);
    if (!this.#begun.has(name)) this.#begun.set(name, label);
  }

  /**
   * Whether an entry was begun here, and is called so or was to be.
   *
   * @param {SavedReport} report
   * @param {string} label
   */
  owns(report, label) {
    const first = this.#begun.get(toBase64(report.reportSeed));
    return first !== undefined && (first === label || report.label === label);
  }

  /** Her credentials. */
  get registration() {
    if (this.contents.registration === null) {
      throw new MisuseError("not verified yet");
    }
    return this.contents.registration;
  }

  /**
   * One of her reports.
   *
   * @param {string} label
   * @returns {SavedReport}
   */
  report(label) {
    const found = this.contents.reports.find((report) => report.label === label);
    if (found === undefined) {
      throw new InputError("report", "there is no entry of this name");
    }
    return found;
  }

  /**
   * Store one report in the vault, new or in the place of the old one.
   *
   * @param {Place} place
   * @param {SavedReport} report
   */
  async keep(place, report) {
    const { reports } = this.contents;
    const at = reports.findIndex((one) => one.label === report.label);
    if (at >= 0 && reports[at] === report) {
      return;
    }
    const kept =
      at < 0
        ? [...reports, report]
        : reports.map((one, place) => (place === at ? report : one));
    await this.save(place, { ...this.contents, reports: kept });
  }
}
