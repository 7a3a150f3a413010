/** The account that every local deployment goes to. */
export const accountId = "123456789012";
