/** The images bring Node 24; on a laptop with Node 20 the AWS SDK would fill the logs with advice to upgrade. */
export const quietSdk = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
