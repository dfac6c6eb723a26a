/**
 * The form of a queue on disk, and the book-keeping of its segments. Pure: byte buffers and
 * numbers.
 *
 * <p>The store is a folder with one folder a queue; a queue is what waits for one sink ({@code
 * $upstream}, or one input of one module). In a queue's folder:
 *
 * <ul>
 *   <li>{@code queue.json}: {@code {"epoch": "<random id>", "sink": "…"}}, written when the queue
 *       is made. The epoch and a message's sequence name the message for ever.
 *   <li>{@code <first sequence, 19 digits>.seg}: segments, the last one being appended to.
 * </ul>
 *
 * <p>A segment is the 8 bytes {@code LARDERQ1} and then frames, all numbers big-endian:
 *
 * <pre>
 *   int   length of the body, bytes
 *   int   CRC32C of the length's four bytes and the body
 *   body: long  sequence
 *         long  when the hub took the message, ms since 1970
 *         UTF   sender's module id          (UTF: a short with the length, then modified UTF-8)
 *         short number of properties, then name and value as UTF each
 *         the payload, up to the end of the body
 * </pre>
 *
 * <p>Sequences rise by one within a segment. A frame that is cut short or whose checksum is wrong
 * ends its segment. At the open the last segment is cut there, and the next segment begins at a
 * sequence beyond any that the lost bytes could have held, so that no sequence is ever used twice.
 *
 * <p>Beside the queues' folders lies {@code state.json}: for each queue the position (the first
 * sequence that is not consumed) and how many messages were lost to age, quota and damage. It is
 * replaced atomically a few times a second at most, so after a crash a position may lag and
 * messages may be delivered again, never less.
 */
@NullMarked
package dev.larder.hub.log;

import org.jspecify.annotations.NullMarked;
