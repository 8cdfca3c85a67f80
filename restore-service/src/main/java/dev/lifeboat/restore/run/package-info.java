/** Carrying recoveries out: from the request to a proven teardown. */
package dev.lifeboat.restore.run;
