/** What ties a request, its events and its tools together. */
package dev.lifeboat.platform.correlation;
