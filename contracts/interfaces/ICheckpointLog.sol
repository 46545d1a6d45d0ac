// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Checkpoints of one append-only log
/// @notice Keeps the roots of a log of RFC 6962 and refuses every root that does not extend the last one.
/// The chain never sees an entry: 32 bytes a checkpoint, whatever its number of new entries.
interface ICheckpointLog {
    /// @notice Emitted for each checkpoint that was taken, the genesis included.
    /// @param size Number of entries in the log
    /// @param root Merkle root over them
    event CheckpointAnchored(uint64 indexed size, bytes32 root);

    /// @notice Emitted when the log's checkpoint key was replaced, and once at the founding.
    event SignerChanged(address indexed previousSigner, address indexed newSigner);

    /// @notice Thrown when the founding values cannot found a log: size 0, no root, no log id, no administrator.
    error BadGenesis();

    /// @notice Thrown when the checkpoint key would be the zero address.
    error BadSigner();

    /// @notice Thrown when the new size is not larger than the last one.
    /// @param size The last anchored size
    error NoGrowth(uint64 size);

    /// @notice Thrown when the proof does not show that the new root extends the last one.
    error Inconsistent();

    /// @notice Thrown when a proof has more nodes than any tree of 2^64 leaves can need.
    error ProofTooLong();

    /// @notice Thrown when the signature over the checkpoint is malformed, malleable, or by another key.
    error WrongSigner();

    /// @notice Thrown when the key that signs checkpoints also sends them.
    error SignerIsSender();

    /// @notice Thrown when no checkpoint of this size was anchored.
    error UnknownSize(uint64 size);

    /// @notice Take the checkpoint `(newSize, newRoot)` as the log's new head.
    /// @dev Demands the role, growth, a consistency proof of exact length (RFC 9162, section 2.1.4.2) from the
    /// last checkpoint, and the log's own signature. So neither the sending account nor the log key alone can
    /// move the head.
    /// @param newSize Number of entries, larger than before
    /// @param newRoot Merkle root over them
    /// @param proof Consistency proof from the last size to `newSize`
    /// @param signature 65 bytes r, s, v over EIP-712 `Checkpoint(uint64 size,bytes32 root)`, low s
    function anchor(uint64 newSize, bytes32 newRoot, bytes32[] calldata proof, bytes calldata signature) external;

    /// @notice Replace the log's checkpoint key, as the entry `log.key.rotated` says.
    function setSigner(address newSigner) external;

    /// @notice Stop anchoring.
    function pause() external;

    /// @notice Go on anchoring.
    function unpause() external;

    /// @notice SHA-256 name of the log, the salt of its signatures.
    function logId() external view returns (bytes32);

    /// @notice The checkpoint that the contract was founded on.
    function genesisSize() external view returns (uint64);

    /// @notice The last anchored checkpoint.
    function head() external view returns (uint64 size, bytes32 root);

    /// @notice Address of the log's checkpoint key.
    function signer() external view returns (address);

    /// @notice Root anchored for exactly this size, or zero.
    function rootAt(uint64 size) external view returns (bytes32);

    /// @notice Whether `leafHash` stands at `index` of the anchored tree of `size` entries.
    /// @param leafHash SHA-256(0x00 and the entry's bytes)
    /// @param index Position, from 0
    /// @param size An anchored size
    /// @param proof Inclusion proof (RFC 9162, section 2.1.3.2)
    function verifyInclusion(bytes32 leafHash, uint64 index, uint64 size, bytes32[] calldata proof)
        external
        view
        returns (bool);

    /// @notice Whether the checkpoint `(oldSize, oldRoot)`, anchored or not, is a prefix of the anchored tree of
    /// `newSize` entries.
    function verifyConsistency(uint64 oldSize, bytes32 oldRoot, uint64 newSize, bytes32[] calldata proof)
        external
        view
        returns (bool);
}
