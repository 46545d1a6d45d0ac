// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Merkle proofs of RFC 6962
/// @notice Inclusion and consistency over SHA-256 with the node prefix 0x01, as RFC 9162 section 2.1 words them.
/// @dev Every function answers false rather than reverting: the caller knows what a failure means.
library RFC6962 {
    /// @notice More nodes than a proof in a tree of 2^64 leaves can have.
    uint256 internal constant MAX_PROOF = 64;

    /// @notice Hash of an inner node: SHA-256(0x01, left, right).
    function nodeHash(bytes32 left, bytes32 right) internal view returns (bytes32 hash) {
        // 65 bytes behind the free memory pointer, which is not moved: the next node may overwrite them.
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            mstore8(buffer, 1)
            mstore(add(buffer, 1), left)
            mstore(add(buffer, 33), right)
            if iszero(staticcall(gas(), 2, buffer, 65, 0, 32)) { revert(0, 0) }
            hash := mload(0)
        }
    }

    /// @notice Whether `leafHash` at `index` leads to `root` over `size` leaves (RFC 9162, 2.1.3.2).
    function isIncluded(bytes32 leafHash, uint64 index, uint64 size, bytes32 root, bytes32[] calldata proof)
        internal
        view
        returns (bool)
    {
        uint256 length = proof.length;
        if (index >= size || length > MAX_PROOF) return false;
        uint256 node = index;
        uint256 last = size - 1;
        bytes32 hash = leafHash;
        for (uint256 i = 0; i < length; ++i) {
            if (last == 0) return false;
            if (node & 1 == 1 || node == last) {
                hash = nodeHash(proof[i], hash);
                while (node & 1 == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                hash = nodeHash(hash, proof[i]);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && hash == root;
    }

    /// @notice Whether the tree `(newSize, newRoot)` begins with the tree `(oldSize, oldRoot)` (RFC 9162, 2.1.4.2).
    /// @dev A proof from size 0 proves nothing and is refused; equal sizes need equal roots and no proof.
    function isConsistent(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        uint256 length = proof.length;
        if (oldSize == 0 || oldSize > newSize || length > MAX_PROOF) return false;
        if (oldSize == newSize) return length == 0 && oldRoot == newRoot;
        uint256 node = oldSize - 1;
        uint256 last = newSize - 1;
        while (node & 1 == 1) {
            node >>= 1;
            last >>= 1;
        }
        bytes32 oldHash = oldRoot;
        uint256 i = 0;
        // Of a complete old tree the root itself is the first node; otherwise the proof begins with it.
        if (oldSize & (oldSize - 1) != 0) {
            if (length == 0) return false;
            oldHash = proof[0];
            i = 1;
        }
        bytes32 newHash = oldHash;
        for (; i < length; ++i) {
            if (last == 0) return false;
            bytes32 sibling = proof[i];
            if (node & 1 == 1 || node == last) {
                oldHash = nodeHash(sibling, oldHash);
                newHash = nodeHash(sibling, newHash);
                while (node & 1 == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                newHash = nodeHash(newHash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }
}
