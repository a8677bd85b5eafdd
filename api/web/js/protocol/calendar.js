/**
 * Days and months as integers, so that no step reads a clock.
 *
 * A day counts from 1970-01-01; a month is 12 * year + month - 1.
 */

const DAYS_TO_CIVIL_ERA = 719_468;
const DAYS_PER_ERA = 146_097;
const JANUARY = 10; // counted from March = 0
const FEBRUARY = 2;
const DAYS_A_WEEK = 7;
const THURSDAY = 3; // the weekday of day 0, counted from Monday

/**
 * @param {number} dividend
 * @param {number} divisor
 */
function quotient(dividend, divisor) {
  return Math.floor(dividend / divisor);
}

/**
 * The month in which a day lies (proleptic Gregorian calendar).
 *
 * The year begins in March while counting, so that the leap day is its last.
 *
 * @param {number} day
 * @returns {number}
 */
export function monthOf(day) {
  const shifted = day + DAYS_TO_CIVIL_ERA;
  const era = quotient(shifted, DAYS_PER_ERA);
  const ofEra = shifted - era * DAYS_PER_ERA;
  const leapless =
    ofEra - quotient(ofEra, 1460) + quotient(ofEra, 36_524) - quotient(ofEra, 146_096);
  const yearOfEra = quotient(leapless, 365);
  const leapDays = quotient(yearOfEra, 4) - quotient(yearOfEra, 100);
  const ofYear = ofEra - (365 * yearOfEra + leapDays);
  const marchMonth = quotient(5 * ofYear + 2, 153);
  const month = marchMonth < JANUARY ? marchMonth + 3 : marchMonth - 9;
  const year = era * 400 + yearOfEra + (month <= FEBRUARY ? 1 : 0);
  return 12 * year + month - 1;
}

/**
 * The Monday of the week in which a day lies.
 *
 * @param {number} day
 * @returns {number}
 */
export function mondayOf(day) {
  return day - ((day + THURSDAY) % DAYS_A_WEEK);
}
