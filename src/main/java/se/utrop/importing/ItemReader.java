package se.utrop.importing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the items of a feed one at a time, in bounded memory. */
abstract class ItemReader implements Closeable {

    private final Closeable input;
    private final Channel channel;
    private final Faults faults;
    private final List<Tombstone> tombstones = new ArrayList<>();

    ItemReader(Closeable input, Channel channel, Faults faults) {
        this.input = input;
        this.channel = channel;
        this.faults = faults;
    }

    Channel channel() {
        return channel;
    }

    Faults faults() {
        return faults;
    }

    /** The next part, of at most {@code count}; empty after the last. */
    final Batch next(int count) {
        return new Batch(read(count), takeTombstones());
    }

    /** The next items, at most {@code count}; none after the last. */
    final List<Item> read(int count) {
        List<Item> items = new ArrayList<>(count);
        while (items.size() + tombstones.size() < count) {
            FeedItem item = next();
            if (item == null) {
                break;
            }
            add(item, items);
        }
        return items;
    }

    private void add(FeedItem item, List<Item> items) {
        String kind = item.otherThanNews();
        if (kind != null) {
            faults.passOver(kind);
            return;
        }
        try {
            items.add(item.finish(faults));
        } catch (ImportRefused fault) {
            faults.leaveOut(fault);
        }
    }

    void add(Tombstone tombstone) {
        tombstones.add(tombstone);
    }

    private List<Tombstone> takeTombstones() {
        List<Tombstone> taken = List.copyOf(tombstones);
        tombstones.clear();
        return taken;
    }

    /** Reads to the end, and keeps nothing: fails where the document isn't whole. */
    final void check() {
        while (next() != null) {
            tombstones.clear();
        }
    }

    abstract @Nullable FeedItem next();

    @Override
    public final void close() {
        try {
            input.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
