/** AWS's month in price examples. */
export const hoursPerMonth = 730;
