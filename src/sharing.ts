/**
 * A record that has functions in common with all records of its kind, which find it in `this`. Functions of its own
 * would each take more memory than most of its values, and there are records by the hundred thousand.
 */
export const sharing = <Own extends object, Functions extends object>(
  own: Own,
  functions: Functions,
): Own & Functions => Object.setPrototypeOf(own, functions);
