import type { Predicate } from "./tristate";

export const isSet: Predicate = (property) => !property.missing;
export const isTrue: Predicate = (property) => property.flag;
export const isNotTrue: Predicate = (property) => !property.flag;

/** One of the texts, to the letter. */
export const among =
  (...allowed: readonly (string | number)[]): Predicate =>
  (property) =>
    allowed.some((text) => String(text) === property.text());

/** One of the texts, without regard to case, as the provider takes the protocols of load balancers. */
export const amongAnyCase =
  (...allowed: readonly string[]): Predicate =>
  (property) =>
    allowed.includes(property.text().toUpperCase());

/** Not set, or one of the texts. */
export const unsetOr =
  (...allowed: readonly string[]): Predicate =>
  (property) =>
    property.missing || among(...allowed)(property);

export const atLeast =
  (least: number): Predicate =>
  (property) =>
    (property.number ?? Number.NEGATIVE_INFINITY) >= least;

export const matches =
  (pattern: RegExp): Predicate =>
  (property) =>
    pattern.test(property.text());

/** A list with `least` to `most` elements; unset is empty. */
export const hasLength =
  (least: number, most = Number.POSITIVE_INFINITY): Predicate =>
  (property) => {
    const { length } = property.items();
    return least <= length && length <= most;
  };
