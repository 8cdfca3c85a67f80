/** What a service's rows say of the business, as gauges. */
package dev.lifeboat.platform.metrics;
