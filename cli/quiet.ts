// On Node 20 the AWS SDK would print advice to upgrade, in the middle of what a command says.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
