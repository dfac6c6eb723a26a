/**
 * The hub's log: one append-only log for all that the hub keeps. Pure: byte buffers and numbers.
 *
 * <p>A message is written once, whatever the number of queues it waits in. Beside the messages the
 * log holds the queues' definitions and cursors, and keyed state of which the last value counts.
 *
 * <p>On disk the log is a row of segments, files of a fixed size whose bytes are there before they
 * are written. A segment's ordinal is its name and its place in the row; ordinals rise and are
 * never used twice. A segment is frames, all numbers big-endian:
 *
 * <pre>
 *   int   CRC32C of all that follows, xor a number made of the segment's ordinal, so that what is
 *         left of a segment whose file was used before never passes for a frame of this one
 *   int   length of kind and body, bytes
 *   byte  kind
 *   body
 *
 *   1 begin     byte version (1), long next sequence, int next queue id; the first of a segment
 *   2 end       nothing; the last of a segment
 *   3 message   long sequence, long taken at, long expires at (ms since 1970, 0: never),
 *               byte QoS in two bits and retain in the next two; int number of queues, an int id each;
 *               text sender, text topic, bytes properties, bytes payload
 *   4 queue     int id, byte priority, text name                     (text: short length, UTF-8)
 *   5 dropped   int id, long first and long last ordinal where it may be defined
 *   6 cursor    int id, long first sequence not consumed, long expired, long over quota
 *   7 put       text key, the value up to the end
 *   8 removed   long first and long last ordinal where the key may be put, text key  (bytes: int length)
 *   9 group end nothing; bit 6 of the kind of each frame before it, back to the group's first, says
 *               that the frame counts only if this one is there
 * </pre>
 *
 * <p>What is durable is a prefix of what was appended: a segment is forced before the next one is
 * written. So a frame with a wrong checksum ends the last segment; there it is sealed and the next
 * begun, and sequences go on beyond any that the lost bytes could have held.
 *
 * <p>A segment of which nothing is live goes at once. Of one that is mostly dead the live rest is
 * appended again, a message with its old sequence and the queues where it still waits, and then it
 * goes too. That a queue was dropped or a key removed is live as long as a segment is there that
 * may hold the definition or the value.
 */
@NullMarked
package dev.larder.hub.log;

import org.jspecify.annotations.NullMarked;
