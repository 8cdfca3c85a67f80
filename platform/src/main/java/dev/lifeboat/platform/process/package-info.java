/**
 * Processes that must not outlive us, and those that must. A tool is started under a launcher that ends it when the
 * service lets go of it or dies; a sandbox's server outlives the service and ends when its lease does.
 */
package dev.lifeboat.platform.process;
