/** What Lifeboat costs: each number beside the bare tools' in the same run, on the same machine. */
package dev.lifeboat.bench;
