package dev.lifeboat.platform.operations;

/**
 * How far an operation is.
 *
 * @param phase what it is doing
 * @param bytesDone so far
 * @param bytesTotal expected in the end; 0 when not known
 */
public record Progress(String phase, long bytesDone, long bytesTotal) {}
