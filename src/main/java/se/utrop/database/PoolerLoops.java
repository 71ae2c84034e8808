package se.utrop.database;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Event loops of sessions through a connection pooler. */
record PoolerLoops(LoopResources loops) implements LoopResources {

    @Override
    public <T extends Channel> T onChannel(Class<T> type, EventLoopGroup group) {
        T channel = loops.onChannel(type, group);
        channel.pipeline().addFirst(new StartupParameterFilter());
        return channel;
    }

    @Override
    public <T extends Channel> Class<? extends T> onChannelClass(Class<T> type, EventLoopGroup group) {
        return loops.onChannelClass(type, group);
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return loops.onClient(useNative);
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops.onServer(useNative);
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return loops.onServerSelect(useNative);
    }

    @Override
    public boolean daemon() {
        return loops.daemon();
    }

    @Override
    public void dispose() {
        loops.dispose();
    }

    @Override
    public boolean isDisposed() {
        return loops.isDisposed();
    }

    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return loops.disposeLater(quietPeriod, timeout);
    }
}
